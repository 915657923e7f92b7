// What `rotate` keeps of looks: proofs and output hold no private key, even if somebody published one.

import DNS
import Keys
import Model

extension Look {
  /// The look with the digest of each private key in the key's place, and the digests of what is left.
  var withoutPrivateKeys: Look {
    PrivateKeyRedaction.redacted(self) { Digest.of(outcome: $0, chain: $1, records: $2) }
  }
}
