internal import Spreadsheet

/// What the typed cell of a workbook says in a column: the same text that CSV would hold, or why it
/// cannot be known what was meant.
enum CellReading {
  /// The text of a cell, empty when there is none.
  static func text(_ value: CellValue?, for shape: JSONShape) -> Checked {
    switch value {
    case nil: .fits("")
    case .text(let text): .fits(text)
    case .number(let number): self.text(number, for: shape)
    case .boolean(let truth):
      shape.bare == .boolean
        ? .fits(truth ? "true" : "false") : .violates(.wrongType, "cột này không nhận ô đúng/sai")
    case .date(let date): text(date, for: shape)
    case .formula: .violates(.formulaInCell, "hãy thay công thức bằng giá trị")
    case .error: .violates(.errorInCell, "ô đang báo lỗi, hãy sửa giá trị")
    }
  }

  private static func text(_ number: CellNumber, for shape: JSONShape) -> Checked {
    switch shape.bare {
    case .boolean, .date, .instant: return .violates(.wrongType, "cột này không nhận ô số")
    default:
      // An id 007 that became the number 7 is another id, and a name like 1,5 is none.
      guard let whole = number.whole else {
        return .violates(
          .wrongType, "ô số phải là số nguyên không định dạng riêng; hãy định dạng ô là văn bản")
      }
      return .fits(String(whole))
    }
  }

  private static func text(_ date: CellDate, for shape: JSONShape) -> Checked {
    guard shape.bare == .date else {
      return .violates(.wrongType, "cột này không nhận ô ngày giờ; hãy định dạng ô là văn bản")
    }
    guard let day = date.day, date.seconds == 0 else {
      return .violates(.malformedDate, "phải là một ngày, không có giờ")
    }
    return .fits(day)
  }
}

extension JSONShape {
  /// The shape of a value that is there.
  fileprivate var bare: JSONShape {
    if case .nullable(let shape) = self { return shape.bare }
    return self
  }
}
