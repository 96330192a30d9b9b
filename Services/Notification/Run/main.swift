import Composition
import NotificationService
import ReviewEvents

await ServiceProgram.main(define: Notification.define, area: .notification, name: "notification")
