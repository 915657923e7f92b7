// Deliveries as they are shown.

package import Model

/// A delivery with the event that it tells.
package struct DeliveryItem: Hashable, Sendable, Encodable {
  package var delivery: Delivery
  package var event: Event

  package init(delivery: Delivery, event: Event) {
    self.delivery = delivery
    self.event = event
  }
}
