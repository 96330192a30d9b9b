import Composition
import RatingService
import ReviewEvents

await ServiceProgram.main(define: RatingService.define, area: .rating, name: "rating")
