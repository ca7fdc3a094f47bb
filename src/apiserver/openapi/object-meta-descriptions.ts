/** What the fields of ObjectMeta are for, as kubectl explain shows it. */
export const objectMetaDescriptions: Readonly<Record<string, string>> = {
  annotations: 'Annotations hold what tools want to remember of the object. They cannot be selected by.',
  creationTimestamp: 'CreationTimestamp is a timestamp of when the server created the object. Set by the server, in UTC.',
  deletionGracePeriodSeconds: 'Seconds that the object is given to end, once it is being deleted. Set by the server.',
  deletionTimestamp: 'DeletionTimestamp is when the object is to be gone. Set by the server when deletion is asked for.',
  finalizers: 'Finalizers name who has yet to clean up: the object stays until the list is empty.',
  generateName: 'GenerateName is a prefix: the server appends five random characters when no name is given.',
  generation: 'Generation counts the changes of what is wanted. Set by the server.',
  labels: 'Labels classify the object; selectors find it by them.',
  managedFields: 'ManagedFields tell which client owns which fields, for server-side apply.',
  name: 'Name is unique among objects of the kind in the namespace. It cannot be changed.',
  namespace: 'Namespace holds the object; names are unique within it. It cannot be changed.',
  ownerReferences: 'OwnerReferences are the objects this one depends on: when all are gone, it is deleted too.',
  resourceVersion: 'ResourceVersion is opaque and changes with every write; updates that carry it fail when somebody else was faster.',
  selfLink: 'SelfLink is no longer filled in.',
  uid: 'UID tells this object from earlier ones of the same name. Set by the server.',
};
