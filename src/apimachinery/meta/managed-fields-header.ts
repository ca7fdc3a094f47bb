/** A request header of ours: `omit` leaves managedFields out of single objects and watch events, a good part of most objects. Other servers ignore it. */
export const managedFieldsHeader = 'causeway-managed-fields';
