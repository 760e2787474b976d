/** One more listener, whose clients are told to come through another port of loopback: a proxy's. */
export interface ProxiedListener {
  readonly port: number;
  readonly advertisedPort: number;
}

/** Settings of one KRaft node on loopback that is broker and controller. */
export function serverProperties(options: {
  readonly port: number;
  readonly controllerPort: number;
  readonly logDir: string;
  readonly proxied?: ProxiedListener | undefined;
}): string {
  const { port, controllerPort, logDir, proxied } = options;
  const more = (text: string): string => (proxied === undefined ? '' : text);
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: `PLAINTEXT://127.0.0.1:${port},CONTROLLER://127.0.0.1:${controllerPort}${more(`,PROXIED://127.0.0.1:${proxied?.port}`)}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${port}${more(`,PROXIED://127.0.0.1:${proxied?.advertisedPort}`)}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': `PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT${more(',PROXIED:PLAINTEXT')}`,
    'log.dirs': logDir,
    'auto.create.topics.enable': 'false',
    'num.partitions': 12,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'group.initial.rebalance.delay.ms': 0,
    // How soon a transaction that a dead process left open is noticed.
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 2000,
  };
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
