import { useEffect, useState } from 'react';

/** The present moment, renewed a few times a second while something moves. */
export function useNow(moving: boolean, everyMilliseconds = 250): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!moving) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMilliseconds);
    return () => clearInterval(timer);
  }, [moving, everyMilliseconds]);
  return now;
}
