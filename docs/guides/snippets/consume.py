"""Prints events of gemini.events.batch as JSON lines: consume.py [COUNT]

Needs: pip install "confluent-kafka[avro,schemaregistry]==2.16.0"
"""

import json
import os
import sys

from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

topic = os.environ.get("TOPIC_PREFIX", "gemini") + ".events.batch"
count = int(sys.argv[1]) if len(sys.argv) > 1 else None

registry = SchemaRegistryClient({"url": os.environ["SCHEMA_REGISTRY_URL"]})
decode = AvroDeserializer(registry)
consumer = Consumer(
    {
        "bootstrap.servers": os.environ["KAFKA_BROKERS"],
        "group.id": os.environ.get("GROUP_ID", "my-team.batch-reader"),
        "auto.offset.reset": "earliest",
        # Events are written in transactions: without this, aborted ones are read as well.
        "isolation.level": "read_committed",
    }
)
consumer.subscribe([topic])
try:
    while count is None or count > 0:
        record = consumer.poll(1.0)
        if record is None:
            continue
        if record.error():
            sys.exit(str(record.error()))
        event = decode(record.value(), SerializationContext(topic, MessageField.VALUE))
        headers = {name: value.decode() for name, value in record.headers() or []}
        line = {"key": record.key().decode(), "event": event, "headers": headers}
        print(json.dumps(line, default=str), flush=True)
        if count is not None:
            count -= 1
finally:
    consumer.close()
