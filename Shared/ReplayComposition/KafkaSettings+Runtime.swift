package import KafkaStream
package import ServiceRuntime

extension KafkaSettings {
  /// The settings of a process as its clients of the broker take them.
  package init(_ settings: RuntimeSettings, clientID: String) {
    self.init(
      bootstrapServers: settings.kafka.bootstrapServers, clientID: clientID,
      isEmbedded: settings.kafka.isEmbedded, partitions: Int32(settings.kafka.partitions),
      replication: Int32(settings.kafka.replication),
      additional: settings.kafka.properties.mapValues { property in
        switch property {
        case .text(let text): .text(text)
        case .file(let path): .file(path)
        }
      })
  }
}
