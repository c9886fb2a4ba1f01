/** The same columns in the head and in every line. */
export const ganttGrid = 'grid grid-cols-[28%_112px_84px_minmax(200px,1fr)_28px] gap-x-3 pr-2 pl-3';
