// What would be lost if the delegation moved now.

enum Comparison {}
