import { jsonEqual } from '../../apimachinery/equality/json-equal.ts';
import type { FieldError } from '../../apimachinery/validation/field-error.ts';
import { duplicate, invalid, notSupported, required } from '../../apimachinery/validation/field-errors.ts';
import { isLabelKey } from '../../apimachinery/validation/names.ts';
import { byteLength } from '../../apimachinery/validation/names.ts';
import { checked, childPath, each, nonNegative, unchanged } from '../checks.ts';
import { csiDriverName } from '../core/validate-volume-sources.ts';
import type { CSIDriver, CSINode, CSINodeDriver } from './types.gen.ts';

const minTokenSeconds = 600;
const maxTokenSeconds = 2 ** 32;
const minUpdateSeconds = 10;

const tokenRequests = ({ spec }: CSIDriver): FieldError[] => {
  const audiences = new Set<string>();
  const at = 'spec.tokenRequests';
  return each(spec.tokenRequests, at, ({ audience, expirationSeconds: seconds }, item) => {
    const errors: FieldError[] = [];
    if (audiences.has(audience)) errors.push(duplicate(childPath(item, 'audience'), audience));
    audiences.add(audience);
    if (seconds === undefined) return errors;
    const secondsPath = childPath(item, 'expirationSeconds');
    if (seconds < minTokenSeconds) errors.push(invalid(secondsPath, seconds, 'may not specify a duration less than 10 minutes'));
    if (seconds > maxTokenSeconds) errors.push(invalid(secondsPath, seconds, 'may not specify a duration larger than 2^32 seconds'));
    return errors;
  });
};

const fsGroupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const lifecycleModes = ['Persistent', 'Ephemeral'];

const tokenless = 'serviceAccountTokenInSecrets is set but no tokenRequests are specified';

export const validateCSIDriver = (driver: CSIDriver): FieldError[] => {
  const { spec } = driver;
  const flag = (name: 'attachRequired' | 'podInfoOnMount' | 'requiresRepublish' | 'storageCapacity' | 'seLinuxMount'): FieldError[] =>
    spec[name] === undefined ? [required(`spec.${name}`)] : [];
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  return [
    ...flag('attachRequired'),
    ...flag('podInfoOnMount'),
    ...flag('storageCapacity'),
    ...(spec.fsGroupPolicy !== undefined && !fsGroupPolicies.includes(spec.fsGroupPolicy)
      ? [notSupported('spec.fsGroupPolicy', spec.fsGroupPolicy, fsGroupPolicies)]
      : []),
    ...tokenRequests(driver),
    ...(spec.volumeLifecycleModes ?? [])
      .filter((mode) => !lifecycleModes.includes(mode))
      .map((mode) => notSupported('spec.volumeLifecycleModes', mode, lifecycleModes)),
    ...flag('seLinuxMount'),
    ...(period !== undefined && period < minUpdateSeconds
      ? [invalid('spec.nodeAllocatableUpdatePeriodSeconds', period, `must be greater than or equal to ${minUpdateSeconds} seconds`)]
      : []),
    ...(spec.serviceAccountTokenInSecrets !== undefined && !spec.tokenRequests?.length
      ? [invalid('spec.serviceAccountTokenInSecrets', spec.serviceAccountTokenInSecrets, tokenless)]
      : []),
  ];
};

export const validateCSIDriverUpdate = (driver: CSIDriver, old: CSIDriver): FieldError[] => [
  ...validateCSIDriver(driver),
  ...unchanged(driver.spec.attachRequired, old.spec.attachRequired, 'spec.attachedRequired'),
  ...unchanged(driver.spec.volumeLifecycleModes, old.spec.volumeLifecycleModes, 'spec.volumeLifecycleModes'),
];

const maxNodeIdBytes = 256;

const validateDriver = ({ name, nodeID, topologyKeys, allocatable }: CSINodeDriver, item: string): FieldError[] => {
  const errors = csiDriverName(name, childPath(item, 'name'));
  if (!nodeID) errors.push(required(childPath(item, 'nodeID')));
  else if (byteLength(nodeID) > maxNodeIdBytes)
    errors.push(invalid(childPath(item, 'nodeID'), nodeID, `must be ${maxNodeIdBytes} characters or less`));
  errors.push(...nonNegative(allocatable?.count, childPath(item, 'allocatable.count')));
  const keys = new Set<string>();
  for (const key of topologyKeys ?? []) {
    if (!key) errors.push(required(item));
    if (keys.has(key)) errors.push(duplicate(item, key));
    keys.add(key);
    errors.push(...checked(isLabelKey, key, item));
  }
  return errors;
};

export const validateCSINode = ({ spec }: CSINode): FieldError[] => {
  const names = new Set<string>();
  return each(spec.drivers, 'spec.drivers', (driver, path) => {
    const errors = validateDriver(driver, path);
    if (names.has(driver.name)) errors.push(duplicate(childPath(path, 'name'), driver.name));
    names.add(driver.name);
    return errors;
  });
};

/** A driver that stays keeps its identity on the node; how much it can attach may change (KEP-4876). */
export const validateCSINodeUpdate = (node: CSINode, old: CSINode): FieldError[] => [
  // Looked at as a new one and as a change: what is wrong is told twice.
  ...validateCSINode(node),
  ...validateCSINode(node),
  ...(old.spec.drivers ?? []).flatMap((before) => {
    const after = node.spec.drivers?.find(({ name }) => name === before.name);
    if (!after || jsonEqual(after as never, before as never)) return [];
    const { allocatable: _a, ...identity } = after;
    const { allocatable: _b, ...known } = before;
    return jsonEqual(identity as never, known as never) ? [] : [invalid('spec.drivers', identity, 'field is immutable')];
  }),
];
