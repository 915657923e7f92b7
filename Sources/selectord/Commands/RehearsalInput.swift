// What a rehearsal is told by the command line, files, configuration and database.

import ArgumentParser
import Config
import DNS
import Model
import Probing
import Storage

/// Reads the input of `selectord rehearse`.
enum RehearsalInput {
  static func domain(_ typed: String) throws -> DomainName {
    do throws(KeyNameLineError) {
      return try KeyNameList.signingDomain(typed)
    } catch {
      throw ValidationError(error.description)
    }
  }

  /// The servers of `--to`.
  static func servers(_ specifications: [String], defaultPort: UInt16) throws -> [NameServer] {
    let words = specifications.flatMap { text in text.split { ", ".contains($0) }.map(String.init) }
    if words.isEmpty { throw ValidationError("expected --to with the new name servers: names or addresses") }
    return try words.map { word in
      if let endpoint = Endpoint(word, defaultPort: defaultPort) {
        return NameServer(name: endpoint.description, endpoints: [endpoint])
      }
      do throws(InternationalNameError) {
        return NameServer(try InternationalName.parse(word))
      } catch {
        throw ValidationError("--to: \(error.description)")
      }
    }
  }

  /// The servers with their addresses, where another port than that of the view is wanted for them.
  static func located(
    _ servers: [NameServer], port: UInt16?, domain: DomainName, prober: Prober
  ) async -> [NameServer] {
    guard let port, servers.contains(where: \.endpoints.isEmpty) else { return servers }
    let answer = await prober.inquire([Inquiry(domain, .soa, at: .servers(servers))])[0]
    return servers.map { server in
      guard server.endpoints.isEmpty else { return server }
      let endpoints = answer.replies.filter { $0.server == server.name }.compactMap(\.endpoint)
      return NameServer(name: server.name, endpoints: endpoints.map { Endpoint($0.address, port: port) })
    }
  }

  /// Every key within the domain that is watched or ever was.
  static func keys(within domain: DomainName, configuration: Configuration?) async throws -> [KeyName] {
    guard let configuration else { return [] }
    var keys = configuration.watches.map(\.key).filter { $0.isKey && $0.domain.isWithin(domain) }
    // A rehearsal needs no history, but takes what there is.
    if InputFile.exists(configuration.database) {
      let store = try SQLiteHistory(path: configuration.database, mode: .readOnly)
      keys += try await store.keys(within: domain)
    }
    var seen: Set<KeyName> = []
    return keys.filter { seen.insert($0).inserted }
  }

  /// What is asked of a name without types.
  static let usualTypes: [RecordType] = [.txt, .a, .aaaa, .mx]

  /// The names of `--names`.
  static func names(of path: String, domain: DomainName) throws -> [Question] {
    var questions: [Question] = []
    try InputFile.eachLine(of: path) { number, line in
      let words = String(decoding: line.prefix { $0 != UInt8(ascii: "#") }, as: UTF8.self)
        .split { $0 == " " || $0 == "\t" }
      guard let first = words.first else { return }
      do throws(CommandFailure) {
        questions += try Self.questions(String(first), words.dropFirst(), domain)
      } catch {
        throw CommandFailure(.unreadableInput, "\(path):\(number): \(error.message)")
      }
    }
    return questions
  }

  /// A name stands below the domain, unless it is within it already or ends with a dot.
  private static func questions(
    _ text: String, _ types: ArraySlice<Substring>, _ domain: DomainName
  ) throws(CommandFailure) -> [Question] {
    let name: DomainName
    do {
      let typed = try InternationalName.parse(text)
      name = text.hasSuffix(".") || typed.isWithin(domain) ? typed : try domain.prepending(typed)
    } catch {
      throw CommandFailure(.unreadableInput, "\(error)")
    }
    guard name.isWithin(domain) else {
      throw CommandFailure(.unreadableInput, "\(name) is not part of the domain that moves, \(domain)")
    }
    if types.isEmpty { return usualTypes.map { Question(name, $0) } }
    var questions: [Question] = []
    for word in types {
      guard let type = RecordType(mnemonic: word) else {
        throw CommandFailure(
          .unreadableInput, "'\(word)' is not a known record type; expected one such as TXT or TYPE99")
      }
      questions.append(Question(name, type))
    }
    return questions
  }

  /// The names of a zone file, with the types that stand there.
  static func names(ofZoneFile path: String, domain: DomainName) throws -> [Question] {
    let text = try InputFile.contents(of: path, expecting: "a list of names or a zone file")
    do throws(ZoneFileError) {
      var seen: Set<Question> = []
      return try ZoneFile.read(text, origin: domain).map { Question($0.owner, $0.type) }
        .filter { seen.insert($0).inserted }
    } catch {
      throw CommandFailure(
        .unreadableInput, "\(path == "-" ? "standard input" : path):\(error.line): \(error.message)")
    }
  }
}
