#!/usr/bin/env python3
"""Prints a software bill of materials of a built selectord, in SPDX 2.3 JSON: what is linked into the binary, and which
libraries of Debian it is linked to, with versions and licences.

    sbom.py BINARY VERSION WORKSPACE-STATE EPOCH
"""

import hashlib
import json
import re
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path

# The licences of the C libraries, by the name of their Debian source package.
LICENSES = {
    "curl": "curl", "expat": "MIT", "gcc-12": "GPL-3.0-or-later WITH GCC-exception-3.1", "glibc": "LGPL-2.1-or-later",
    "gmp": "LGPL-3.0-or-later OR GPL-2.0-or-later", "ldns": "BSD-3-Clause",
    "libidn2": "LGPL-3.0-or-later OR GPL-2.0-or-later", "libpsl": "MIT", "libzip": "BSD-3-Clause",
    "openssl": "Apache-2.0", "sqlite3": "blessing", "systemd": "LGPL-2.1-or-later", "xz-utils": "LicenseRef-xz-public-domain",
    "zlib": "Zlib", "gmime": "LGPL-2.1-or-later", "glib2.0": "LGPL-2.1-or-later",
}
SWIFT = "https://github.com/swiftlang"


def main(binary, version, workspace, epoch):
    digest = hashlib.sha256(Path(binary).read_bytes()).hexdigest()
    own = package("selectord", version, "Apache-2.0", checksum=digest, purpose="APPLICATION")
    parts = [own] + swift_packages(workspace) + toolchain() + debian_packages(binary)
    relations = [relation("SPDXRef-DOCUMENT", "DESCRIBES", own["SPDXID"])]
    for part in parts[1:]:
        kind = "DYNAMIC_LINK" if part["SPDXID"].startswith("SPDXRef-debian-") else "STATIC_LINK"
        relations.append(relation(own["SPDXID"], kind, part["SPDXID"]))
    document = {
        "spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"selectord-{version}", "documentNamespace": f"https://spdx.org/spdxdocs/selectord-{version}-{digest[:32]}",
        "creationInfo": {
            "created": datetime.fromtimestamp(int(epoch), timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "creators": ["Tool: selectord-script-package"]},
        "packages": parts, "relationships": relations,
        "hasExtractedLicensingInfos": [
            {"licenseId": "LicenseRef-xz-public-domain", "extractedText": "liblzma is in the public domain."}],
    }
    print(json.dumps(document, indent=1))


def package(name, version, license, place=None, identifier=None, reference=None, checksum=None, purpose="LIBRARY"):
    made = {
        "name": name, "SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", identifier or name),
        "versionInfo": version, "downloadLocation": place or "NOASSERTION", "filesAnalyzed": False,
        "licenseConcluded": license, "licenseDeclared": license, "copyrightText": "NOASSERTION",
        "primaryPackagePurpose": purpose}
    if reference:
        made["externalRefs"] = [
            {"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": reference}]
    if checksum:
        made["checksums"] = [{"algorithm": "SHA256", "checksumValue": checksum}]
    return made


def relation(one, kind, other):
    return {"spdxElementId": one, "relationshipType": kind, "relatedSpdxElement": other}


def swift_packages(workspace):
    """What SwiftPM has resolved; the licence is read from the checkout."""
    state = Path(workspace)
    found = []
    for dependency in json.loads(state.read_text())["object"]["dependencies"]:
        place = dependency["packageRef"]["location"].removesuffix(".git")
        checkout = dependency["state"]["checkoutState"]
        license = license_of(state.parent / "checkouts" / dependency["subpath"])
        found.append(package(
            dependency["packageRef"]["name"], checkout.get("version", checkout["revision"]), license,
            f"git+{place}@{checkout['revision']}",
            reference=f"pkg:swift/{place.removeprefix('https://')}@{checkout.get('version', checkout['revision'])}"))
        if dependency["packageRef"]["identity"] == "swift-crypto":
            found.append(package(
                "boringssl", "as in swift-crypto " + checkout.get("version", ""), "Apache-2.0 AND ISC",
                f"git+{place}@{checkout['revision']}"))
    return sorted(found, key=lambda part: part["name"].lower())


def license_of(folder):
    for path in sorted(folder.glob("LICENSE*")):
        text = path.read_text(errors="replace")
        if "Apache License" in text and "Version 2.0" in text:
            return "Apache-2.0"
        if "Permission is hereby granted, free of charge" in text:
            return "MIT"
        if "Redistribution and use in source and binary forms" in text:
            return "BSD-3-Clause" if "Neither the name" in text else "BSD-2-Clause"
    sys.exit(f"sbom: found no licence that is known in {folder}; expected a file LICENSE. Teach license_of in {__file__}")


def toolchain():
    """The libraries of Swift itself, which --static-swift-stdlib links into the binary."""
    said = subprocess.run(["swift", "--version"], capture_output=True, text=True).stdout
    version = (re.search(r"Swift version (\S+)", said) or [None, "unknown"])[1]
    exception = "Apache-2.0 WITH Swift-exception"
    return [
        package("swift-runtime", version, exception, f"git+{SWIFT}/swift@swift-{version}-RELEASE"),
        package("foundation", version, exception, f"git+{SWIFT}/swift-corelibs-foundation@swift-{version}-RELEASE"),
        package("libdispatch", version, exception, f"git+{SWIFT}/swift-corelibs-libdispatch@swift-{version}-RELEASE"),
        package("foundation-icu", version, "Unicode-3.0", f"git+{SWIFT}/swift-foundation-icu@swift-{version}-RELEASE"),
    ]


def debian_packages(binary):
    """The libraries that the binary names itself; those that they need in turn are theirs."""
    dynamic = subprocess.run(["readelf", "--dynamic", binary], capture_output=True, text=True, check=True).stdout
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", dynamic)
    stray = [name for name in needed if re.match(r"lib(swift|Foundation|_Foundation|dispatch|BlocksRuntime)", name)]
    if stray:
        sys.exit(f"sbom: the binary needs {', '.join(stray)}, which no Debian has; build it with --static-swift-stdlib")
    places = {}
    for line in subprocess.run(["ldconfig", "-p"], capture_output=True, text=True, check=True,
                               env={"PATH": "/usr/sbin:/sbin:/usr/bin:/bin"}).stdout.splitlines():
        match = re.match(r"\s*(\S+) \(.*\) => (\S+)$", line)
        if match:
            places.setdefault(match[1], match[2])
    owners = set()
    for name in needed:
        path = places.get(name) or sys.exit(f"sbom: ldconfig does not know {name}")
        # dpkg knows a library by the path of its file, which may be /lib for /usr/lib.
        for candidate in (path, str(Path(path).resolve()), path.removeprefix("/usr"), "/usr" + path):
            done = subprocess.run(["dpkg", "-S", candidate], capture_output=True, text=True)
            if done.returncode == 0:
                owners.add(done.stdout.split(": ")[0].split(",")[0])
                break
        else:
            sys.exit(f"sbom: {path} belongs to no package of Debian")
    found = []
    for owner in sorted(owners):
        name, source, version = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Package} ${source:Package} ${Version}", owner], capture_output=True, text=True,
            check=True).stdout.split()
        license = LICENSES.get(source) or sys.exit(
            f"sbom: the licence of {source} is not known; add it to LICENSES in {__file__}")
        found.append(package(
            name, version, license, identifier="debian-" + name,
            reference=f"pkg:deb/debian/{name}@{version}?distro=bookworm"))
    return found


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(*sys.argv[1:])
