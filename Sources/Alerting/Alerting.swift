// Placeholder until the stage is built.
