// The views that ask recursive resolvers: the system's, one by address, one by DoH.

import DNS
import Model
import Synchronization

/// The shell around `RecursiveLook`.
final class RecursiveView: ViewProbe {
  let view: View
  /// Who carries the questions: the engine, or DoH.
  let asker: any QueryTransport
  private let servers: Servers
  private let turns = Mutex(0)

  private enum Servers: Sendable {
    case fixed(Endpoint, Transport)
    case file(ResolvConfFile)
    /// DoH: the URL stands in the place of an address.
    case url(String)
  }

  init(view: View, resolvConf: String, engine: any QueryTransport) {
    self.view = view
    asker = engine
    servers = .file(ResolvConfFile(path: resolvConf))
  }

  init(view: View, server: Endpoint, transport: Transport, engine: any QueryTransport) {
    self.view = view
    asker = engine
    servers = .fixed(server, transport)
  }

  init(view: View, url: String, asker: any QueryTransport) {
    self.view = view
    self.asker = asker
    servers = .url(url)
  }

  var usesEngine: Bool {
    if case .url = servers { false } else { true }
  }

  private var plan: RecursiveLook.Plan {
    var plan = RecursiveLook.Plan(
      servers: [], transport: .udp, timeout: view.timeout, attempts: view.retries + 1, rate: view.rate)
    switch servers {
    case .fixed(let server, let transport):
      plan.servers = [server]
      plan.transport = transport
    case .file(let file):
      let contents = file.contents
      plan.servers = contents.servers
      plan.transport = contents.usesTCP ? .tcp : .udp
      plan.timeout = contents.timeout ?? plan.timeout
      plan.attempts = contents.attempts ?? plan.attempts
      if contents.rotates {
        plan.turn = turns.withLock { turn in
          turn = (turn + 1) % contents.servers.count
          return turn
        }
      }
    case .url:
      plan.servers = [DoHTransport.placeholder]
      plan.transport = .https
    }
    return plan
  }

  func look(at key: KeyName, isConfirming: Bool) async -> ProbeResult {
    var look = RecursiveLook(key.question, plan: plan, isConfirming: isConfirming)
    while true {
      switch look.next() {
      case .ask(let query):
        if let reply = await asker.ask([query]).first { look.receive(reply) }
      case .finished(let answers): return result(of: key, answers, look)
      }
    }
  }

  func control() async -> ControlResult {
    let plan = plan
    let queries = plan.servers.map { server in
      Query(
        ControlQuestion.question, at: server, recursionDesired: true, transport: plan.transport, timeout: plan.timeout,
        retries: ControlQuestion.retries, rate: plan.rate)
    }
    let replies = zip(queries, await asker.ask(queries)).map { query, reply in
      let (label, endpoint) = label(of: query.endpoint)
      return ControlReply(server: label, endpoint: endpoint, query: query, reply: reply)
    }
    return ControlQuestion.result(view: view.name, resolvers: replies)
  }

  /// How a server is named, and its address where it has one.
  private func label(of server: Endpoint) -> (String, Endpoint?) {
    if case .url(let url) = servers { (url, nil) } else { (server.description, server) }
  }

  /// Asks the servers of the view in their order, until one sends a message.
  func answer(to inquiry: Inquiry) async -> InquiryAnswer {
    let plan = plan
    var answer = InquiryAnswer(inquiry: inquiry)
    for server in plan.servers {
      let query = Query(
        inquiry.question, at: server, recursionDesired: true, transport: plan.transport, timeout: plan.timeout,
        retries: plan.attempts - 1, rate: plan.rate
      ).put(inquiry.variant)
      guard let reply = await asker.ask([query]).first else { continue }
      let (label, endpoint) = label(of: server)
      answer.replies = [
        InquiryReply(reply, to: inquiry.question, server: label, endpoint: endpoint, isAuthority: false)
      ]
      if case .message = reply { break }
    }
    return answer
  }

  private func result(of key: KeyName, _ answers: [RecursiveLook.ResolverAnswer], _ look: RecursiveLook) -> ProbeResult
  {
    let servers = answers.map { one in
      let (label, endpoint) = label(of: one.server)
      return ServerAnswer(
        server: label, endpoint: endpoint, question: key.name, type: key.type, answer: one.answer)
    }
    return ProbeResult(
      answer: ViewAnswer(view: view.name, isAuthoritative: false, servers: servers), queries: look.repeatQueries)
  }

  func query(repeating expected: RepeatQuery) -> Query? {
    if case .file(let file) = servers, !file.contents.servers.contains(expected.endpoint) { return nil }
    return Query(
      expected.question, at: expected.endpoint, recursionDesired: true, transport: expected.transport,
      timeout: view.timeout, retries: view.retries, rate: view.rate, expected: expected.digest)
  }
}
