/// Names of nobody and nowhere, put together from common syllables.
enum InventedNames {
  private static let families = [
    "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô",
  ]
  private static let middles = [
    "Văn", "Thị", "Hữu", "Minh", "Ngọc", "Quang", "Thanh", "Đức", "Kim", "Xuân", "Hồng",
  ]
  private static let givens = [
    "An", "Bình", "Cường", "Dung", "Đông", "Giang", "Hạnh", "Khánh", "Lan", "Mai", "Nam", "Oanh",
    "Phúc", "Quỳnh", "Sơn", "Tâm", "Uyên",
  ]
  private static let firstPlaces = [
    "An", "Bình", "Cẩm", "Diên", "Đông", "Hòa", "Khánh", "Long", "Mỹ", "Phú", "Tân", "Thạnh",
    "Vĩnh",
  ]
  private static let secondPlaces = [
    "Châu", "Điền", "Giang", "Hải", "Lâm", "Lộc", "Mỹ", "Nguyên", "Phong", "Sơn", "Thành", "Xuân",
  ]

  static func person(_ index: Int) -> String {
    let family = families[index % families.count]
    let middle = middles[index / families.count % middles.count]
    let given = givens[index / (families.count * middles.count) % givens.count]
    return "\(family) \(middle) \(given)"
  }

  static func place(_ index: Int) -> String {
    let first = firstPlaces[index % firstPlaces.count]
    let second = secondPlaces[index / firstPlaces.count % secondPlaces.count]
    let round = index / (firstPlaces.count * secondPlaces.count)
    return round == 0 ? "\(first) \(second)" : "\(first) \(second) \(round + 1)"
  }
}
