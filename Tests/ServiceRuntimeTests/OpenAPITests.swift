import Foundation
import HTTPTypes
import Testing

@testable import ServiceRuntime

@Suite struct `The OpenAPI document` {
  private func document() throws -> [String: Any] {
    let bytes = OpenAPI(SampleService().definition).bytes
    return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test func `is the same every time`() {
    let documents = (0..<5).map { _ in OpenAPI(SampleService().definition).bytes }
    #expect(Set(documents).count == 1)
  }

  @Test func `has every route with its parameters, bodies and problems`() throws {
    let paths = try #require(try document()["paths"] as? [String: [String: [String: Any]]])
    for route in SampleService().definition.routes {
      let operation = try #require(paths[route.path]?[route.method.lowercased()])
      #expect(operation["summary"] as? String == route.summary)
      let parameters = try #require(operation["parameters"] as? [[String: Any]])
      let names = parameters.compactMap { $0["name"] as? String }
      #expect(Set(names) == Set(route.template.names + route.parameters.map(\.name)))
      #expect((operation["requestBody"] != nil) == (route.body != .none))
      let responses = try #require(operation["responses"] as? [String: Any])
      #expect(responses["200"] != nil && responses["default"] != nil)
    }
  }

  @Test func `says which files a route takes and answers`() throws {
    let paths = try #require(try document()["paths"] as? [String: [String: [String: Any]]])
    let types = Set(TableFormat.allCases.map(\.mediaType))
    let body = try #require(paths["/v1/units"]?["post"]?["requestBody"] as? [String: Any])
    #expect(Set(try #require(body["content"] as? [String: Any]).keys) == types)
    let responses = try #require(
      paths["/v1/units/export"]?["get"]?["responses"] as? [String: [String: Any]])
    #expect(Set(try #require(responses["200"]?["content"] as? [String: Any]).keys) == types)
  }

  @Test func `refers only to what is there`() throws {
    let text = String(decoding: OpenAPI(SampleService().definition).bytes, as: UTF8.self)
    let document = try document()
    for match in text.matches(of: #/"#/([^"]+)"/#) {
      var place: Any? = document
      for part in match.1.split(separator: "/") {
        place = (place as? [String: Any])?[String(part)]
      }
      #expect(place != nil, "\(match.1)")
    }
  }

  @Test func `says of a body exactly what the check demands`() throws {
    let schema = `Hostile JSON`.shape.schema.json
    let value = try #require(
      try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any])
    #expect(value["additionalProperties"] as? Bool == false)
    #expect(value["required"] as? [String] == ["year", "title"])
    let properties = try #require(value["properties"] as? [String: [String: Any]])
    #expect(properties["year"]?["minimum"] as? Int == 2_000)
    #expect(properties["title"]?["maxLength"] as? Int == 10)
    #expect(properties["title"]?["minLength"] as? Int == 1)
    #expect(schema.contains("^[A-Za-z0-9._-]{1,4}$"))
    #expect(properties.count == 12)
  }

  @Test func `is served by the service itself`() async throws {
    try await SampleService().run { client in
      let reply = try await client.ask(.get, "/openapi.json")
      #expect(reply.status == 200)
      #expect(reply.text.hasPrefix("{\n  \"openapi\": \"3.1.0\""))
    }
  }
}
