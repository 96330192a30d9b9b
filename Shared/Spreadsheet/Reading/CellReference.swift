/// The place of a cell as spreadsheet programs name it: `AB12`.
public enum CellReference {
  /// The letters of a column from 1 on: `A`, `Z`, `AA`, `XFD`.
  public static func letters(of column: Int) -> String {
    precondition(column > 0, "columns are counted from 1")
    var letters: [UInt8] = []
    var rest = column
    while rest > 0 {
      letters.append(UInt8(ascii: "A") + UInt8((rest - 1) % 26))
      rest = (rest - 1) / 26
    }
    return String(decoding: letters.reversed(), as: UTF8.self)
  }

  /// The column and row of `AB12`; `nil` for anything else, or behind what any program has.
  static func place(_ text: String) -> (column: Int, row: Int)? {
    var column = 0
    var row = 0
    var digits = 0
    var letters = 0
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "A")...UInt8(ascii: "Z") where digits == 0 && letters < 3:
        column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
        letters += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9") where letters > 0 && digits < 7:
        row = row * 10 + Int(byte - UInt8(ascii: "0"))
        digits += 1
      default: return nil
      }
    }
    return letters > 0 && row > 0 ? (column, row) : nil
  }
}
