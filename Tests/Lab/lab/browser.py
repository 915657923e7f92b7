"""A headless Chromium that is driven over two pipes: pages, pictures of them, and scripts within them."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time


class BrowserError(Exception):
    pass


def program():
    """The Chromium of this machine; None where there is none."""
    return next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)


class Browser:
    """One tab."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="chromium-")
        ours_in, theirs_out = os.pipe()
        theirs_in, ours_out = os.pipe()

        def pipes():
            # Chromium reads commands at 3 and writes answers at 4.
            keep = [os.dup(theirs_in), os.dup(theirs_out)]
            os.dup2(keep[0], 3)
            os.dup2(keep[1], 4)

        self.process = subprocess.Popen(
            [program(), "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             "--disable-dev-shm-usage", "--remote-debugging-pipe", f"--user-data-dir={self.profile}", "about:blank"],
            preexec_fn=pipes, close_fds=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(theirs_in)
        os.close(theirs_out)
        self.input, self.output, self.read, self.number, self.events = ours_in, ours_out, b"", 0, []
        self.session = None
        target = next(t for t in self.ask("Target.getTargets")["targetInfos"] if t["type"] == "page")
        self.session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def close(self):
        self.process.terminate()
        self.process.wait()
        os.close(self.input)
        os.close(self.output)
        shutil.rmtree(self.profile, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # What goes over the pipes: JSON, with a NUL after each.

    def _next(self, limit):
        end = time.monotonic() + limit
        while b"\0" not in self.read:
            if not select.select([self.input], [], [], max(0, end - time.monotonic()))[0]:
                raise BrowserError(f"chromium was silent for {limit} s")
            piece = os.read(self.input, 1 << 20)
            if not piece:
                raise BrowserError("chromium has ended")
            self.read += piece
        text, _, self.read = self.read.partition(b"\0")
        return json.loads(text)

    def ask(self, method, limit=60, **parameters):
        self.number += 1
        command = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.output, json.dumps(command).encode() + b"\0")
        while True:
            answer = self._next(limit)
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                return answer["result"]
            self.events.append(answer)

    def _wait(self, method, limit=60):
        while True:
            for index, event in enumerate(self.events):
                if event.get("method") == method:
                    return self.events.pop(index)
            self.events.append(self._next(limit))

    # What a reader does.

    def look(self, width, height=900, dark=False):
        """Sets the size of the window, and the theme that the reader prefers."""
        self.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)
        self.ask("Emulation.setEmulatedMedia",
                 features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
                           {"name": "prefers-reduced-motion", "value": "reduce"}])

    def visit(self, url):
        self.events = []
        error = self.ask("Page.navigate", url=url).get("errorText")
        if error:
            raise BrowserError(f"{url}: {error}")
        self._wait("Page.loadEventFired")

    def run(self, script):
        """The value of an expression of JavaScript in the page; promises are waited for."""
        answer = self.ask("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    def complaints(self):
        """What the console of the page has: errors, and what its Content-Security-Policy kept from loading."""
        return [entry["text"] for event in self.events if event.get("method") == "Log.entryAdded"
                for entry in [event["params"]["entry"]] if entry["level"] == "error"]

    def requests(self):
        """Every address that the page has asked for."""
        return [event["params"]["request"]["url"] for event in self.events
                if event.get("method") == "Network.requestWillBeSent"]

    def picture(self, path, whole=True, height=None):
        """Writes a PNG of the page, or of its first `height` pixels."""
        parameters = {"format": "png", "captureBeyondViewport": whole}
        if whole:
            size = self.ask("Page.getLayoutMetrics")["cssContentSize"]
            parameters["clip"] = {"x": 0, "y": 0, "width": size["width"],
                                  "height": min(size["height"], height or 6000), "scale": 1}
        data = self.ask("Page.captureScreenshot", **parameters)["data"]
        with open(path, "wb") as file:
            file.write(base64.b64decode(data))
