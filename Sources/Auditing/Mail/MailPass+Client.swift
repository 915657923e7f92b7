// What becomes of the mail of one client: SPF of its sender and its HELO, and its name in the reverse zone.

internal import Model
internal import Policies

extension MailPass {
  mutating func client(_ client: SPFClient) -> ClientFacts {
    var facts = ClientFacts(client: client)
    facts.spf = outcome(client)
    if !client.helo.isEmpty {
      facts.helo = outcome(
        SPFClient(
          address: client.address, sender: [], helo: client.helo, receiver: client.receiver, seconds: client.seconds))
      if let name = try? DomainName(String(decoding: client.helo, as: UTF8.self)), name.labels.count > 1 {
        facts.heloResolves = leads(name, to: client.address)
      }
    }
    guard let reverse = client.address.reverseName else { return facts }
    let answer = reply(reverse, .ptr)
    facts.pointerFailure = answer.outcome.failure
    facts.pointers = Array(answer.pointers.prefix(10))
    facts.confirmed = facts.pointers.filter { leads($0, to: client.address) }
    return facts
  }

  private mutating func leads(_ name: DomainName, to address: IPAddress) -> Bool {
    let type: RecordType = address.isV6 ? .aaaa : .a
    return reply(name, type).addresses(type).contains(address)
  }

  private mutating func outcome(_ client: SPFClient) -> SPFOutcome? {
    var evaluation = SPFEvaluation(client: client, known: known)
    var step = evaluation.start()
    while case .ask(let questions) = step {
      want(questions)
      step = evaluation.take(Self.unanswered(questions))
    }
    if case .done(let outcome) = step { return outcome }
    return nil
  }
}
