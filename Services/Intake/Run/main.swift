import Composition
import IntakeReadModels
import IntakeService
import ReviewEvents

await ServiceProgram.main(
  define: Intake.define, readModels: IntakeReadModels.all, area: .intake, name: "intake")
