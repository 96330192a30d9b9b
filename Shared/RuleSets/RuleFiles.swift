internal import ReviewEvents
internal import ReviewRules
internal import Yams

/// The files of a directory while they are read: rule sets first, layers when these are known.
struct RuleFiles {
  private struct Layer {
    let file: String
    let root: Node
  }

  var problems: [RuleProblem] = []
  private var ruleSets: [RuleSetID: (ruleSet: RuleSet, root: Node)] = [:]
  private var layers: [Layer] = []

  /// Reads a rule set, or puts a layer aside.
  mutating func add(_ yaml: String, name: String) {
    do throws(RuleProblems) {
      let root = try RuleSetFile.compose(yaml, file: name)
      if RuleSetLayer.isLayer(root) {
        layers.append(Layer(file: name, root: root))
      } else {
        keep(try RuleSetFile.read(root, YAMLReader(file: name)), root, file: name)
      }
    } catch { problems += error.problems }
  }

  /// All rule sets, the layered ones too.
  /// - Throws: ``RuleProblems`` with everything that is wrong.
  func book() throws(RuleProblems) -> RuleBook {
    var files = self
    for layer in layers {
      do throws(RuleProblems) { try files.lay(layer) } catch { files.problems += error.problems }
    }
    guard files.problems.isEmpty else { throw RuleProblems(files.problems) }
    return RuleBook(files.ruleSets.values.map(\.ruleSet))
  }

  private mutating func lay(_ layer: Layer) throws(RuleProblems) {
    let reader = YAMLReader(file: layer.file)
    guard let (id, line) = RuleSetLayer.base(of: layer.root, reader), reader.problems.isEmpty else {
      throw RuleProblems(reader.problems)
    }
    guard let base = ruleSets[id]?.root, !RuleSetLayer.isLayer(base) else {
      throw RuleProblems([
        RuleProblem(
          file: layer.file, line: line,
          text: "overrides names no rule set that can be read: \(id)")
      ])
    }
    let whole = RuleSetLayer.lay(layer.root, on: base)
    let ruleSet = try RuleSetFile.read(whole, YAMLReader(file: layer.file, defaultLine: line))
    keep(ruleSet, layer.root, file: layer.file)
  }

  private mutating func keep(_ ruleSet: RuleSet, _ root: Node, file: String) {
    if ruleSets[ruleSet.id] != nil {
      problems.append(
        RuleProblem(file: file, line: 1, text: "id \(ruleSet.id) stands in another file"))
    }
    ruleSets[ruleSet.id] = (ruleSet, root)
  }
}
