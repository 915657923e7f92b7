// May the signer switch to the new selector now?

enum Gate {}
