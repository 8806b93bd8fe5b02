"""The worker: takes durable jobs and runs one use case for each."""
