import CaseTrackingService
import Composition

await ServiceProgram.main(
  define: CaseTracking.define, area: CaseTracking.area, name: CaseTracking.name)
