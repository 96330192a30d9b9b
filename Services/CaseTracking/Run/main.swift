import CaseTrackingReadModels
import CaseTrackingService
import Composition

await ServiceProgram.main(
  define: CaseTracking.define, readModels: CaseTrackingReadModels.all, area: CaseTracking.area,
  name: CaseTracking.name)
