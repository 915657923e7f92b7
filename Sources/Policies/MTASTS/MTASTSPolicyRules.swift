// The rules on the policy file of MTA-STS.

internal import Model
internal import Phrasing
internal import Syntax

let mtaSTSPolicyRules: [PolicyRule<MTASTSReading>] = [
  PolicyRule(
    "mta-sts-policy-oversized", .warning, .invalid,
    summary: "The policy file is larger than 64 KiB, the most that senders need to read.",
    remedy: "Publish only the policy: version, mode, max_age and mx.",
    source: "RFC 8461, section 3.3",
    { reading in
      reading.bytes.count > MTASTSReading.longest ? Observation(Phrase.count(reading.bytes.count, "byte")) : nil
    }),
  PolicyRule(
    "mta-sts-policy-version", .warning, .invalid,
    summary: "The policy does not say version: STSv1, so senders ignore it.",
    remedy: "Write 'version: STSv1' as the first line.",
    source: "RFC 8461, section 3.2",
    { reading in
      guard reading.bytes.count <= MTASTSReading.longest, reading.value("version")?.matches("STSv1") != true else {
        return nil
      }
      return Observation(reading.fields("version").first.map(reading.evidence) ?? "no line 'version:'")
    }),
  PolicyRule(
    "mta-sts-policy-mode", .warning, .invalid,
    summary: "The policy has no mode that is defined, so senders ignore it.",
    remedy: "Write 'mode: enforce', 'mode: testing' or 'mode: none'.",
    source: "RFC 8461, section 3.2",
    { reading in
      guard reading.bytes.count <= MTASTSReading.longest, reading.mode == nil else { return nil }
      return Observation(reading.fields("mode").first.map(reading.evidence) ?? "no line 'mode:'")
    }),
  PolicyRule(
    "mta-sts-policy-max-age", .warning, .invalid,
    summary: "The policy has no usable max_age, so senders ignore it.",
    remedy: "Write 'max_age: 1209600', a number of seconds up to 31557600.",
    source: "RFC 8461, section 3.2",
    { reading in
      guard reading.bytes.count <= MTASTSReading.longest, reading.maxAge == nil else { return nil }
      return Observation(reading.fields("max_age").first.map(reading.evidence) ?? "no line 'max_age:'")
    }),
  PolicyRule(
    "mta-sts-policy-mx", .warning, .invalid,
    summary: "The policy lists no MX host, or one that is no host name.",
    remedy: "Write a line 'mx: host.example.org' for each MX host; *. stands for one label.",
    source: "RFC 8461, section 3.2",
    { reading in
      guard reading.bytes.count <= MTASTSReading.longest else { return nil }
      if !reading.wrongPatterns.isEmpty { return Observation(reading.evidence(reading.wrongPatterns)) }
      let isMissing = reading.fields("mx").isEmpty && reading.mode != MTASTSPolicy.Mode.none
      return isMissing ? Observation("no line 'mx:'", text: "The policy lists no MX host, so senders ignore it.") : nil
    }),
  PolicyRule(
    "mta-sts-policy-malformed", .warning, .invalid,
    summary: "A line of the policy is not 'key: value'.",
    remedy: "Write each line as a key, a colon and a value; the file has no comments and no HTML.",
    source: "RFC 8461, section 3.2",
    { reading in
      let extensions = reading.malformedExtensions
      guard let stray = reading.strays.first else {
        return extensions.isEmpty ? nil : Observation(reading.evidence(extensions))
      }
      return Observation("line \(stray.line): '\(reading.bytes.excerpt(stray.place))'")
    }),
  PolicyRule(
    "mta-sts-policy-key-repeated", .warning,
    summary: "A key of the policy appears twice; senders take the first, and some reject the policy.",
    remedy: "Keep one of them; only mx may stand there several times.",
    source: "RFC 8461, section 3.2",
    { reading in
      var met: Set<[UInt8]> = []
      let repeats = reading.fields.filter { field in
        let name = Array(reading.bytes[field.name])
        return !met.insert(name).inserted && !name.matches("mx")
      }
      return repeats.isEmpty ? nil : Observation(reading.evidence(repeats))
    }),
  PolicyRule(
    "mta-sts-policy-key-unknown", .info,
    summary: "The policy has a key that MTA-STS does not define; senders ignore it.",
    remedy: "Remove the line if it is a typo.",
    source: "RFC 8461, section 3.2",
    { reading in
      let malformed = reading.malformedExtensions
      let others = reading.otherFields.filter { !malformed.contains($0) }
      return others.isEmpty ? nil : Observation(reading.evidence(others))
    }),
  PolicyRule(
    "mta-sts-max-age-short", .info,
    summary: "max_age is less than a week, so the protection ends soon after an attack begins.",
    remedy: "Raise max_age, to two weeks or more, once the policy works.",
    source: "RFC 8461, section 3.2",
    { reading in
      guard let maxAge = reading.maxAge, maxAge < 604_800, reading.mode == .enforce,
        let field = reading.fields("max_age").first
      else { return nil }
      return Observation(reading.evidence(field))
    }),
  PolicyRule(
    "mta-sts-testing", .info,
    summary: "The policy is in mode testing: mail is delivered without protection.",
    remedy:
      "Read the TLS reports; when no failures are left, write 'mode: enforce' and change the id of the TXT record.",
    source: "RFC 8461, section 8.3",
    { reading in
      guard reading.mode == .testing, let field = reading.fields("mode").first else { return nil }
      return Observation(reading.evidence(field))
    }),
]
