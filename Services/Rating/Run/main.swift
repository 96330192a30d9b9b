import Composition
import RatingReadModels
import RatingService
import ReviewEvents

await ServiceProgram.main(
  define: RatingService.define, readModels: RatingReadModels.all, area: .rating, name: "rating")
