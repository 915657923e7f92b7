// One transfer: its easy handle, what it is allowed to connect to, and what has come in so far.

internal import CCurl
internal import Glibc
internal import Model

/// Used only on the curl thread; libcurl's callbacks find it by an unretained pointer, which the driver keeps alive.
final class CurlTransfer {
  let id: UInt64
  let handle: UnsafeMutableRawPointer
  let completion: CommandQueue.Completion
  private let job: CurlJob
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var addressList: UnsafeMutablePointer<curl_slist>?
  private var recipientList: UnsafeMutablePointer<curl_slist>?
  private var headers: [String: String] = [:]
  private var body: [UInt8] = []
  /// The replies of an SMTP server that refused something.
  private var refusals: [String] = []
  /// How much of a mail was handed over.
  private var sent = 0
  private var headerBytes = 0
  private var isTooLarge = false
  private var refusedAddress: String?
  private let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

  init(id: UInt64, job: CurlJob, completion: CommandQueue.Completion) throws(HTTPError) {
    if case .http(let request) = job {
      for header in request.headers where !header.isSafe {
        throw .other("the header \(header.name.debugDescription) holds characters that HTTP does not allow")
      }
    }
    if case .mail(let mail) = job {
      for address in [mail.sender] + mail.recipients where !address.isSafeAddress {
        throw .other("the address \(address.debugDescription) holds characters that SMTP does not allow")
      }
    }
    guard let handle = curl_easy_init() else { throw .other("libcurl makes no handle") }
    self.id = id
    self.job = job
    self.completion = completion
    self.handle = handle
    errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    switch job {
    case .http(let request):
      configure(url: request.url, protocols: "http,https", timeout: request.timeout)
      configure(request)
    case .mail(let mail):
      configure(url: mail.url, protocols: "smtp,smtps", timeout: mail.timeout)
      configure(mail)
    }
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headerList)
    curl_slist_free_all(addressList)
    curl_slist_free_all(recipientList)
    errorText.deallocate()
  }

  private func configure(url: String, protocols: String, timeout: Duration) {
    ccurl_set_pointer(handle, CURLOPT_ERRORBUFFER, errorText)
    ccurl_set_string(handle, CURLOPT_URL, url)
    ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, protocols)
    ccurl_set_string(handle, CURLOPT_PROXY, "")
    ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
    // Without it, ending a transfer waits for the thread that resolves its name.
    ccurl_set_long(handle, CURLOPT_QUICK_EXIT, 1)
    let milliseconds = max(1, Int(timeout.microseconds / 1000))
    ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, milliseconds)
    ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, min(milliseconds, 10_000))
    if let file = environment("SSL_CERT_FILE") { ccurl_set_string(handle, CURLOPT_CAINFO, file) }
    if let directory = environment("SSL_CERT_DIR") { ccurl_set_string(handle, CURLOPT_CAPATH, directory) }
    let context = Unmanaged.passUnretained(self).toOpaque()
    ccurl_set_write(handle, writeBody, context)
    ccurl_set_header(handle, writeHeader, context)
    ccurl_set_opensocket(handle, openSocket, context)
    ccurl_set_prereq(handle, beforeRequest, context)
  }

  private func configure(_ request: HTTPRequest) {
    ccurl_set_string(handle, CURLOPT_USERAGENT, "selectord")
    ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
    if request.method != .get {
      ccurl_set_long(handle, CURLOPT_POST, 1)
      if request.method != .post { ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
      _ = request.body.withUnsafeBytes { bytes in
        // An empty body still needs an address, or libcurl would read standard input.
        withUnsafePointer(to: 0 as UInt8) { empty in
          ccurl_set_body(handle, bytes.baseAddress ?? UnsafeRawPointer(empty), curl_off_t(bytes.count))
        }
      }
    }
    // Without `Expect: 100-continue`, which makes a second round trip.
    for line in ["Expect:"] + request.headers.map(\.line) { headerList = curl_slist_append(headerList, line) }
    ccurl_set_list(handle, CURLOPT_HTTPHEADER, headerList)
    if let address = request.address {
      // For every host and port of the URL; the cache of names, which all transfers share, learns nothing of it.
      addressList = curl_slist_append(nil, address.isV6 ? "::[\(address)]:" : "::\(address):")
      ccurl_set_list(handle, CURLOPT_CONNECT_TO, addressList)
    }
  }

  private func configure(_ mail: MailSubmission) {
    switch mail.encryption {
    case .required: ccurl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue))
    case .optional: ccurl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_TRY.rawValue))
    case .none: ccurl_set_long(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_NONE.rawValue))
    }
    if let user = mail.user { ccurl_set_string(handle, CURLOPT_USERNAME, user) }
    if let password = mail.password { ccurl_set_string(handle, CURLOPT_PASSWORD, password) }
    ccurl_set_string(handle, CURLOPT_MAIL_FROM, "<\(mail.sender)>")
    for address in mail.recipients { recipientList = curl_slist_append(recipientList, "<\(address)>") }
    ccurl_set_list(handle, CURLOPT_MAIL_RCPT, recipientList)
    // One address that is wrong must not keep an alert from the others.
    ccurl_set_long(handle, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1)
    ccurl_set_long(handle, CURLOPT_UPLOAD, 1)
    ccurl_set_read(handle, readMail, Unmanaged.passUnretained(self).toOpaque())
  }

  private func environment(_ name: String) -> String? {
    guard let value = getenv(name) else { return nil }
    let text = String(cString: value)
    return text.isEmpty ? nil : text
  }

  /// Takes a piece of the body; false where it would be too long.
  fileprivate func take(body bytes: UnsafeRawBufferPointer) -> Bool {
    guard body.count + bytes.count <= maximumResponseBytes else {
      isTooLarge = true
      return false
    }
    body.append(contentsOf: bytes)
    return true
  }

  private var maximumResponseBytes: Int {
    if case .http(let request) = job { request.maximumResponseBytes } else { 65_536 }
  }

  /// Hands over the next piece of a mail.
  fileprivate func give(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard case .mail(let mail) = job else { return 0 }
    let piece = mail.message[sent...].prefix(buffer.count)
    buffer.copyBytes(from: piece)
    sent += piece.count
    return piece.count
  }

  /// Takes one line of the header; false where the header as a whole would be too long. Replies of SMTP are header lines
  /// to libcurl.
  fileprivate func take(headerLine line: String) -> Bool {
    if case .mail = job {
      if line.first == "4" || line.first == "5", refusals.count < 20 {
        refusals.append(String(line.prefix { !$0.isNewline }.prefix(500)))
      }
    } else if line.hasPrefix("HTTP/") {
      // A new response after an interim one (RFC 9110, section 15.2).
      headers = [:]
    } else if let colon = line.firstIndex(of: ":") {
      let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
      headers[line[..<colon].lowercased()] = String(value.prefix { !$0.isNewline })
    }
    headerBytes += line.utf8.count
    isTooLarge = headerBytes > 262_144
    return !isTooLarge
  }

  /// Whether the transfer may use an address.
  fileprivate func allows(_ address: IPAddress?) -> Bool {
    let isPrivateAllowed =
      switch job {
      case .http(let request): request.allowsPrivateAddresses
      case .mail(let mail): mail.allowsPrivateAddresses
      }
    if isPrivateAllowed { return true }
    if let address, !address.isPrivate { return true }
    refusedAddress = address.map(\.description) ?? "an address of an unknown family"
    return false
  }

  /// Whether the request went out, so that the URL cannot be what is wrong.
  private var isSent: Bool {
    var size = 0
    ccurl_get_long(handle, CURLINFO_REQUEST_SIZE, &size)
    return size > 0
  }

  /// What came of it.
  func result(_ code: CURLcode) -> Result<CurlResponse, HTTPError> {
    var status = 0
    ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
    if case .mail = job {
      // The server has spoken, and what it said says more than libcurl's word for it.
      let isRefusal = status >= 400 && code != CURLE_OPERATION_TIMEDOUT && code != CURLE_USE_SSL_FAILED
      if code == CURLE_OK || isRefusal { return .success(.mail(MailResponse(code: status, refusals: refusals))) }
    } else if code == CURLE_OK {
      return .success(.http(HTTPResponse(status: status, headers: headers, body: body)))
    }
    if isTooLarge { return .failure(.responseTooLarge) }
    if let refusedAddress { return .failure(.privateAddress(refusedAddress)) }
    let text = errorText.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: errorText)
    switch code {
    case CURLE_UNSUPPORTED_PROTOCOL where isSent:
      // libcurl takes a response that is not HTTP/1 for HTTP/0.9, which is off.
      return .failure(.other("the response is not HTTP"))
    case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .failure(.badURL(text))
    case CURLE_OPERATION_TIMEDOUT: return .failure(.timeout)
    case CURLE_COULDNT_RESOLVE_HOST: return .failure(.unresolved(text))
    case CURLE_COULDNT_CONNECT, CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
      return .failure(.unreachable(text))
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
      CURLE_USE_SSL_FAILED, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_INITFAILED,
      CURLE_SSL_INVALIDCERTSTATUS:
      return .failure(.tls(text))
    default: return .failure(.other(text))
    }
  }
}

extension HTTPRequest.Header {
  /// `Name: value`, or `Name;` for an empty value, as libcurl wants it.
  fileprivate var line: String { value.isEmpty ? "\(name);" : "\(name): \(value)" }

  /// RFC 9110, section 5: a token, and a value without control characters.
  fileprivate var isSafe: Bool {
    !name.isEmpty && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ":") }
      && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }
}

extension String {
  /// A mailbox without what would end a command of SMTP.
  fileprivate var isSafeAddress: Bool {
    !isEmpty && utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
  }
}

// MARK: - Callbacks of libcurl, on the curl thread

private func transfer(_ context: UnsafeMutableRawPointer?) -> CurlTransfer? {
  context.map { Unmanaged<CurlTransfer>.fromOpaque($0).takeUnretainedValue() }
}

private let writeBody: curl_write_callback = { bytes, size, count, context in
  guard let transfer = transfer(context), let bytes else { return 0 }
  return transfer.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private let readMail: curl_read_callback = { bytes, size, count, context in
  guard let transfer = transfer(context), let bytes else { return 0 }
  return transfer.give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

private let writeHeader: curl_write_callback = { bytes, size, count, context in
  guard let transfer = transfer(context), let bytes else { return 0 }
  let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
  return transfer.take(headerLine: line) ? size * count : 0
}

/// Looks at the very address that is connected to, so that no change of a name between check and use can pass.
private let openSocket: curl_opensocket_callback = { context, purpose, target in
  guard let transfer = transfer(context), let target,
    transfer.allows(IPAddress(target))
  else { return CURL_SOCKET_BAD }
  return socket(target.pointee.family, target.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), target.pointee.protocol)
}

/// The same for a connection that is used again.
private let beforeRequest: curl_prereq_callback = { context, address, _, _, _ in
  guard let transfer = transfer(context), let address,
    transfer.allows(IPAddress(String(cString: address).prefix { $0 != "%" }))
  else { return CURL_PREREQFUNC_ABORT }
  return CURL_PREREQFUNC_OK
}

extension IPAddress {
  /// Reads an AF_INET or AF_INET6 socket address, which goes on beyond the size that is declared.
  fileprivate init?(_ target: UnsafeMutablePointer<curl_sockaddr>) {
    guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else { return nil }
    let address = UnsafeRawPointer(target) + offset
    switch target.pointee.family {
    case AF_INET: self.init(bytes: UnsafeRawBufferPointer(start: address + 4, count: 4))
    case AF_INET6: self.init(bytes: UnsafeRawBufferPointer(start: address + 8, count: 16))
    default: return nil
    }
  }
}
