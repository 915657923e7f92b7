// A zip archive, as reports come in; libzip reads it, from memory.

internal import CZip

/// Opens an archive that is held whole.
final class ZipArchive {
  /// The most bytes of an archive that are read: reports are far smaller.
  static let largest = 64 << 20
  private static let mostEntries: Int64 = 1000

  // libzip reads from here as long as the archive is open.
  private let bytes: UnsafeMutableRawBufferPointer
  private let archive: OpaquePointer

  init(_ content: [UInt8]) throws(IntakeError) {
    let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(content.count, 1), alignment: 1)
    content.withUnsafeBytes { bytes.copyMemory(from: $0) }
    var error = zip_error_t()
    zip_error_init(&error)
    defer { zip_error_fini(&error) }
    guard let source = zip_source_buffer_create(bytes.baseAddress, UInt64(content.count), 0, &error) else {
      bytes.deallocate()
      throw IntakeError("the zip archive cannot be opened: \(Self.text(&error))")
    }
    guard let archive = zip_open_from_source(source, ZIP_RDONLY, &error) else {
      zip_source_free(source)
      bytes.deallocate()
      throw IntakeError("the zip archive cannot be opened: \(Self.text(&error))")
    }
    self.bytes = bytes
    self.archive = archive
  }

  deinit {
    zip_discard(archive)
    bytes.deallocate()
  }

  private static func text(_ error: inout zip_error_t) -> String {
    zip_error_strerror(&error).map { String(cString: $0) } ?? "unknown error"
  }

  /// How many entries are read.
  var count: Int64 { min(zip_get_num_entries(archive, 0), Self.mostEntries) }

  /// The bytes of an entry; nil for a folder.
  func entry(_ index: Int64) throws(IntakeError) -> (any ByteSource)? {
    var status = zip_stat_t()
    zip_stat_init(&status)
    if zip_stat_index(archive, UInt64(index), 0, &status) == 0, let name = status.name,
      String(cString: name).hasSuffix("/")
    {
      return nil
    }
    guard let file = zip_fopen_index(archive, UInt64(index), 0) else {
      throw IntakeError(
        "an entry of the zip archive cannot be read: \(zip_strerror(archive).map { String(cString: $0) } ?? "")")
    }
    return Entry(archive: self, file: file, packed: Int(clamping: status.comp_size))
  }

  private final class Entry: ByteSource {
    // The file is part of it.
    private let archive: ZipArchive
    private let file: OpaquePointer
    private var bound = UnpackingBound()

    init(archive: ZipArchive, file: OpaquePointer, packed: Int) {
      self.archive = archive
      self.file = file
      try? bound.add(packed: packed, unpacked: 0)
    }

    deinit { zip_fclose(file) }

    func read(_ buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
      let count = Int(zip_fread(file, buffer.baseAddress, UInt64(buffer.count)))
      if count < 0 { throw IntakeError("an entry of the zip archive is damaged") }
      try bound.add(packed: 0, unpacked: count)
      return count
    }
  }
}
