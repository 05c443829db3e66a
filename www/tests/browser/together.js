/** Several test files in one process, so that they share a browser: those that BABBLE_FILES names, side by side here. */

for (const file of JSON.parse(process.env.BABBLE_FILES ?? '[]')) await import(`./${file}`);
