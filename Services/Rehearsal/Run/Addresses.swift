import ArgumentParser
import Foundation

/// The four services as they are reached from outside.
enum Service: String, CaseIterable {
  case intake = "INTAKE"
  case caseTracking = "CASE"
  case rating = "RATING"
  case notification = "NOTIFICATION"
}

/// Where the services answer; set by the local stack.
struct Addresses: Sendable {
  /// `REVIEW_<SERVICE>_URLS`: every instance, the first one first.
  let urls: [Service: [String]]
  /// `REVIEW_<SERVICE>_ADMIN_URLS`: every instance.
  let adminURLs: [Service: [String]]

  static func fromEnvironment() throws -> Addresses {
    let environment = ProcessInfo.processInfo.environment
    func list(_ name: String) throws -> [String] {
      guard let text = environment[name], !text.isEmpty else {
        throw ValidationError("\(name) is not set; deploy/local/rehearse sets it")
      }
      return text.split(separator: ",").map(String.init)
    }
    var urls: [Service: [String]] = [:]
    var adminURLs: [Service: [String]] = [:]
    for service in Service.allCases {
      let name = "REVIEW_\(service.rawValue)"
      urls[service] =
        try environment["\(name)_URLS"].map { _ in try list("\(name)_URLS") }
        ?? list("\(name)_URL")
      adminURLs[service] = try list("\(name)_ADMIN_URLS")
    }
    return Addresses(urls: urls, adminURLs: adminURLs)
  }
}
