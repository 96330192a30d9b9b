import Composition
import NotificationReadModels
import NotificationService
import ReviewEvents

await ServiceProgram.main(
  define: Notification.define, readModels: NotificationReadModels.all, area: .notification,
  name: "notification")
