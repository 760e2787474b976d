import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dedupTopology, describeTopology, topicsByRoute } from './topology.ts';

const topology = dedupTopology({ prefix: 'p', windowHours: 72, key: 'webhook-id' });

describe('the topology', () => {
  it('has a file for each of its processors', () => {
    const files = topology.processors.map(({ name }) => `processors/${name}.ts`);
    expect(files.filter((file) => !existsSync(join(import.meta.dirname, file)))).toEqual([]);
  });

  it('leads from its source to each sink, over nodes and stores that are there', () => {
    const { source, processors, store, sinks } = topology;
    const names = [...processors, ...sinks].map(({ name }) => name);
    const targets = [source.to, ...processors.flatMap(({ to }) => to)];
    expect(new Set(targets)).toEqual(new Set(names));
    expect(processors.flatMap(({ stores }) => stores)).toEqual([store.name]);
  });

  it('has a topic for each route, under its prefix', () => {
    expect(topicsByRoute(topology)).toEqual({
      batch: 'p.events.batch',
      interaction: 'p.events.interaction',
      video: 'p.events.video',
      unknown: 'p.events.unknown',
      quarantine: 'p.quarantine',
    });
  });

  it('is described with every topic and store, its window, and who comes before and after whom', () => {
    const text = describeTopology(topology);
    for (const line of [
      '    Source: deliveries (topic: p.deliveries)',
      '      --> read-headers',
      '    Processor: drop-duplicate (stores: [seen])',
      '      <-- read-headers, drop-duplicate',
      '    Store: seen (in memory, changelog: p.dedup.changelog)',
      '      window: 72 h of record time',
      '    Sink: quarantine (topic: p.quarantine)',
    ]) {
      expect(text.split('\n')).toContain(line);
    }
  });

  it('says what DEDUP_KEY changes', () => {
    const both = dedupTopology({ prefix: 'p', windowHours: 72, key: 'webhook-id+resource' });
    expect(describeTopology(topology)).toContain('of a genuine and a synthetic one');
    expect(describeTopology(both)).toContain('of any two');
  });
});
