internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// Collects and checks bodies.
enum BodyReading {
  /// The whole body.
  /// - Throws: 413 `body-too-large`, 400 `body-incomplete`.
  static func collect(_ request: Request, upTo max: Int) async throws(Problem) -> [UInt8] {
    let tooLarge = Problem(.bodyTooLarge, detail: "Lớn nhất \(max) byte.", field: "body")
    let declared = request.headers[.contentLength].flatMap { Int($0) } ?? 0
    guard declared <= max else { throw tooLarge }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(declared)
    do {
      for try await buffer in request.body {
        guard bytes.count + buffer.readableBytes <= max else { throw tooLarge }
        bytes.append(contentsOf: buffer.readableBytesView)
      }
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem(.bodyIncomplete, field: "body")
    }
    return bytes
  }

  /// Whether the body is larger than usual, or does not say how large it is.
  static func mayBeLarge(_ request: Request) -> Bool {
    guard let length = request.headers[.contentLength].flatMap({ Int($0) }) else { return true }
    return length > HTTPRoute.jsonBodyMax
  }

  /// The body in the form that the route declares.
  /// - Parameters:
  ///   - format: what a table is said to be.
  ///   - sheet: which sheet of a workbook is meant.
  /// - Throws: 400 with all violations.
  static func check(
    _ bytes: [UInt8], _ body: HTTPRoute.Body, format: TableFormat, sheet: String?
  ) throws(Problem) -> CheckedBody {
    switch body {
    case .none:
      guard bytes.isEmpty else {
        throw Problem(
          .unknownMember, detail: "Địa chỉ này không nhận nội dung.", field: "body")
      }
      return .none
    case .json(let shape): return .json(try shape.checked(bytes))
    case .csv(let table): return .csv(try table.read(bytes))
    case .table(let table):
      if format == .xlsx { return .csv(try table.read(workbook: bytes, sheet: sheet)) }
      guard sheet == nil else {
        throw Problem(
          .unknownSheet, detail: "Tệp CSV không có trang tính.", field: HTTPRoute.sheetName)
      }
      return .csv(try table.read(bytes))
    }
  }
}
