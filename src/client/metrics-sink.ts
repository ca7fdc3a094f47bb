/** Takes measurements by kube's metric names, such as `workqueue_adds_total`; what becomes of them is the owner's. Must not throw. */
export interface MetricsSink {
  /** A counter grows. */
  add(name: string, labels: Readonly<Record<string, string>>, by?: number): void;
  /** A gauge is set. */
  set(name: string, labels: Readonly<Record<string, string>>, value: number): void;
  /** A histogram takes a value, in seconds or bytes as the name says. */
  observe(name: string, labels: Readonly<Record<string, string>>, value: number): void;
  /** A gauge that is read when somebody looks. */
  collect?(name: string, labels: Readonly<Record<string, string>>, read: () => number): void;
}
