// What the program carries is what stands in the folders.

import Embedded
import TestSupport
import Testing

@Suite struct EmbeddedFileTests {
  @Test(arguments: [
    (EmbeddedFile.knownPrimes, "Sources/Keys/Data/known-primes.tsv"),
    (.publishedKeys, "Sources/Keys/Data/published-keys.tsv"),
    (.vendors, "Sources/Conventions/Data/vendors.tsv"),
    (.hosts, "Sources/Conventions/Data/hosts.tsv"),
  ]) func holdsItsBytes(_ file: EmbeddedFile, _ path: String) {
    #expect(String(decoding: file.bytes, as: UTF8.self) == contents(ofFile: repository(path)))
  }
}
