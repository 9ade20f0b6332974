import { z } from 'zod';
import { recipeSchema } from '../../src/recipe/schema.ts';

/** The JSON Schema of recipes, for editors: `recipes/recipe.schema.json` holds exactly this text. */
export function recipeJsonSchema(): string {
  const schema = z.toJSONSchema(recipeSchema, { io: 'input', unrepresentable: 'any' });
  return `${JSON.stringify({ title: 'Forkwright recipe', ...schema }, undefined, 2)}\n`;
}
