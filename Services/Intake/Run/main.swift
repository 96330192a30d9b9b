import Composition
import IntakeService
import ReviewEvents

await ServiceProgram.main(define: Intake.define, area: .intake, name: "intake")
