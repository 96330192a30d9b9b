import Telemetry
import Testing

@Suite struct `A traceparent` {
  static let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test func `is read and written the same`() throws {
    let parent = try #require(Traceparent(Self.valid))
    #expect(parent.description == Self.valid)
    #expect(parent.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
  }

  @Test func `of a later version is read by its first four parts`() throws {
    let later = "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"
    #expect(Traceparent(later)?.description == Self.valid)
  }

  @Test(arguments: [
    "", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
    "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
  ]) func `that is not valid begins a new trace`(text: String) {
    #expect(Traceparent(text) == nil)
  }
}
