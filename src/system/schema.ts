import { z } from 'zod';

/** What records on the disk are made of: zod's kinds, read-only once they are read. */

export const text = z.string();
export const number = z.number();
export const flag = z.boolean();
export const list = <Item extends z.ZodType>(item: Item) => z.array(item).readonly();
export const texts = list(text);
export const struct = <Shape extends z.ZodRawShape>(shape: Shape) => z.object(shape).readonly();
