// swift-tools-version: 6.1
import PackageDescription

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A stage of the flow. `Tests/ArchitectureTests` reads these lists here and holds every import against them.
/// Small texts are embedded as Swift arrays; tables, of which the compiler would make a long work, by `CEmbedded`.
func stage(
  _ name: String, _ dependencies: [Target.Dependency], embedding files: [String] = [], hasData: Bool = false,
  isPlayedOften: Bool = false
) -> Target {
  // Big numbers and name patterns take ten times as long without an optimiser: most of the time of all tests.
  .target(
    name: name, dependencies: dependencies, exclude: hasData ? ["Data"] : [], resources: files.map { .embedInCode($0) },
    swiftSettings: settings + (isPlayedOften ? [.unsafeFlags(["-O"], .when(configuration: .debug))] : []))
}

func tests(_ name: String, _ dependencies: [Target.Dependency], hasGoldenFiles: Bool = false) -> Target {
  .testTarget(
    name: name, dependencies: dependencies + ["TestSupport"], exclude: hasGoldenFiles ? ["Golden"] : [],
    swiftSettings: settings)
}

let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let asn1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "selectord",
  products: [.executable(name: "selectord", targets: ["selectord"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", .upToNextMinor(from: "1.8.2")),
    .package(url: "https://github.com/apple/swift-asn1", .upToNextMinor(from: "1.7.4")),
    .package(url: "https://github.com/apple/swift-crypto", .upToNextMinor(from: "4.5.2")),
    .package(url: "https://github.com/apple/swift-log", .upToNextMinor(from: "1.16.2")),
    .package(url: "https://github.com/hummingbird-project/hummingbird", .upToNextMinor(from: "2.28.1"), traits: []),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", .upToNextMinor(from: "2.1.1")),
    // What hummingbird brings, where its types are used by their names.
    .package(url: "https://github.com/apple/swift-http-types", .upToNextMinor(from: "1.8.0")),
    .package(url: "https://github.com/apple/swift-nio", .upToNextMinor(from: "2.101.2")),
    .package(url: "https://github.com/apple/swift-nio-extras", .upToNextMinor(from: "1.35.2")),
    .package(url: "https://github.com/groue/GRDB.swift", .upToNextMinor(from: "7.10.0")),
    .package(
      url: "https://github.com/swift-server/swift-service-lifecycle", .upToNextMinor(from: "2.13.0")),
  ],
  targets: [
    // C libraries and headers.
    .systemLibrary(name: "CLdns", pkgConfig: "ldns", providers: [.apt(["libldns-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(name: "CIdn2", pkgConfig: "libidn2", providers: [.apt(["libidn2-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CPsl", pkgConfig: "libpsl", providers: [.apt(["libpsl-dev"])]),
    .systemLibrary(name: "CGmp", pkgConfig: "gmp", providers: [.apt(["libgmp-dev"])]),
    .systemLibrary(name: "CExpat", pkgConfig: "expat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(name: "CMemory"),
    .systemLibrary(name: "CSystemd", pkgConfig: "libsystemd", providers: [.apt(["libsystemd-dev"])]),
    .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CLinux"),
    .target(name: "CEmbedded"),

    // The stages, in the order of the data flow.
    stage("Model", []),
    stage("Phrasing", ["Model"]),
    stage("Syntax", ["Model"]),
    stage("Reporting", ["Model", "Phrasing"]),
    stage("Waking", []),
    stage("Tables", ["Model"], isPlayedOften: true),
    stage("Embedded", ["CEmbedded"]),
    stage("Conventions", ["Model", "Embedded", "CPsl"], hasData: true, isPlayedOften: true),
    stage("DNSSEC", ["Model", crypto]),
    stage("Config", ["Model", "CIdn2", "CZlib"]),
    stage("HTTPClient", ["Model", "CCurl"]),
    stage("DNS", ["Model", "CLdns", crypto]),
    stage("Probing", ["Model", "Tables", "DNS", "HTTPClient", "CLinux"]),
    stage("Keys", ["Model", "Embedded", "Syntax", "CGmp", asn1, crypto], hasData: true, isPlayedOften: true),
    stage("Mail", ["Model", "Phrasing", "COpenSSL"]),
    stage("Census", ["Model", "Mail", "CExpat", "CMemory"]),
    stage("Intake", ["Model", "Mail", "Census", "CLzma", "CSystemd", "CZip", "CZlib", crypto]),
    stage("Policies", ["Model", "Phrasing", "Syntax", "Conventions"]),
    stage("Judging", ["Model", "Phrasing", "Conventions"]),
    stage("Diagnosing", ["Model", "Phrasing", "Conventions", "DNSSEC", "Judging"]),
    stage("Rotation", ["Model", "Phrasing", crypto]),
    stage("Monitoring", ["Model", "Tables", "Phrasing", "Keys", "Judging", "Diagnosing", "Rotation"]),
    stage("Rehearsal", ["Model", "Phrasing", "Conventions", "DNSSEC"]),
    stage(
      "Auditing",
      [
        "Model", "Phrasing", "Syntax", "Conventions", "DNS", "DNSSEC", "Keys", "Policies", "Judging", "Mail", "Census",
        "CExpat",
      ]),
    stage(
      "Reports", ["Model", "Phrasing", "Auditing", mustache],
      embedding: ["Templates/audit.mustache", "Templates/audit.css"]),
    stage("Storage", ["Model", "Tables", "Reporting", grdb]),
    stage("Alerting", ["Model", "Phrasing", "Waking", "HTTPClient", crypto, mustache]),
    stage("Scheduling", ["Model", "Tables"]),
    stage(
      "Dashboard",
      [
        "Model", "Phrasing", "Syntax", "Keys", "Mail", "Auditing", "Reporting", log, lifecycle, crypto, hummingbird,
        hummingbirdCore, mustache, httpTypes, nio, nioHTTP,
      ],
      embedding: [
        "Resources/app.css", "Resources/app.js", "Resources/icon.svg", "Resources/openapi.json",
        "Resources/layout.mustache",
        "Resources/overview.mustache", "Resources/watch.mustache", "Resources/lists.mustache",
        "Resources/incident.mustache", "Resources/delivery.mustache", "Resources/about.mustache",
        "Resources/check.mustache", "Resources/login.mustache", "Resources/problem.mustache",
        "Resources/watches.mustache", "Resources/finding.mustache", "Resources/silences.mustache",
        "Resources/silence.mustache", "Resources/domain.mustache", "Resources/audit.mustache",
        "Resources/score.mustache", "Resources/begin.mustache",
      ]),
    stage(
      "Daemon",
      [
        "Model", "Tables", "CMemory", "Phrasing", "Waking", "Config", "Mail", "Census", "Intake", "DNS",
        "Probing", "Keys",
        "Judging", "Diagnosing", "Policies",
        "Monitoring", "Rotation", "Auditing", "Storage", "Alerting", "Scheduling", "HTTPClient", "Dashboard",
        "Reporting", log, lifecycle, signals,
      ]),
    .executableTarget(
      name: "selectord",
      dependencies: [
        "Model", "Phrasing", "Syntax", "Conventions", "Config", "DNS", "Probing", "Keys", "Policies", "Judging",
        "Diagnosing", "Monitoring", "Rotation", "Rehearsal", "Auditing", "Reports", "Mail", "Census", "Intake",
        "Storage", "Alerting", "Daemon", "Reporting",
        "HTTPClient", argumentParser,
      ],
      swiftSettings: settings),

    // What script/bench runs; no product.
    .executableTarget(
      name: "selectord-bench", dependencies: ["Model", "DNS", "Probing", "Keys"], path: "script/bench.d",
      exclude: [
        "zone.awk", "nsd.conf", "moduli.py", "batchgcd.py", "maillog.py", "bench.py", "bed.py", "parts.py",
        "results.py", "part_audit.py", "part_check.py", "part_daemon.py", "part_engine.py", "part_keys.py",
        "part_mail.py", "part_page.py", "pages",
      ],
      swiftSettings: settings),

    // Tests: one folder a target.
    .target(name: "TestSupport", dependencies: ["Model"], path: "Tests/TestSupport", swiftSettings: settings),
    tests("ModelTests", ["Model"]),
    tests("PhrasingTests", ["Model", "Phrasing"]),
    tests("WakingTests", ["Waking"]),
    tests("TablesTests", ["Model", "Tables"]),
    tests("EmbeddedTests", ["Embedded"]),
    tests("ConventionsTests", ["Model", "Conventions"], hasGoldenFiles: true),
    tests("DNSSECTests", ["Model", "DNS", "DNSSEC"]),
    tests("ConfigTests", ["Model", "Config"], hasGoldenFiles: true),
    tests("HTTPClientTests", ["Model", "HTTPClient"]),
    tests("DNSTests", ["Model", "DNS"]),
    tests("ProbingTests", ["Model", "DNS", "HTTPClient", "Probing", "CLinux"]),
    tests("SyntaxTests", ["Model", "Syntax"]),
    tests("KeysTests", ["Model", "Syntax", "Keys"]),
    tests("PoliciesTests", ["Model", "Syntax", "Conventions", "Policies"], hasGoldenFiles: true),
    tests("MailTests", ["Model", "Mail", "COpenSSL"]),
    tests("CensusTests", ["Model", "Mail", "Census"], hasGoldenFiles: true),
    tests("IntakeTests", ["Model", "Census", "Intake"]),
    tests("JudgingTests", ["Model", "Judging"]),
    tests(
      "MonitoringTests", ["Model", "Tables", "Syntax", "Conventions", "Keys", "Judging", "Diagnosing", "Monitoring"],
      hasGoldenFiles: true),
    tests("AlarmTests", ["Model", "Tables", "Keys", "Diagnosing", "Monitoring", "Scheduling"]),
    tests("RotationTests", ["Model", "Rotation"]),
    tests("RehearsalTests", ["Model", "Conventions", "DNS", "Rehearsal"]),
    tests(
      "AuditingTests", ["Model", "DNS", "DNSSEC", "Syntax", "Conventions", "Keys", "Policies", "Mail", "Auditing"],
      hasGoldenFiles: true),
    tests("ReportsTests", ["Model", "Auditing", "Reports"]),
    tests("StorageTests", ["Model", "Tables", "Reporting", "Storage", grdb]),
    tests("AlertingTests", ["Model", "Alerting", "HTTPClient"], hasGoldenFiles: true),
    tests("SchedulingTests", ["Model", "Scheduling"]),
    tests("DashboardTests", ["Model", "Mail", "Auditing", "Reporting", "Dashboard"], hasGoldenFiles: true),
    tests(
      "DaemonTests",
      [
        "Model", "Config", "DNS", "HTTPClient", "Probing", "Keys", "Policies", "Census", "Monitoring", "Auditing",
        "Storage", "Dashboard", "Reporting",
        "Daemon", log,
      ]),
    tests(
      "CommandTests",
      [
        "Model", "Phrasing", "Syntax", "Conventions", "Config", "DNS", "Probing", "Keys", "Policies", "Judging",
        "Diagnosing", "Monitoring", "Rotation", "Rehearsal", "Auditing", "Mail", "Census", "Intake", "Storage",
        "Daemon", "Reporting", "selectord",
        argumentParser,
      ],
      hasGoldenFiles: true),
    tests("ArchitectureTests", []),
  ]
)
