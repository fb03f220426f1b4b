import { keepTheme, type Theme, useTheme } from "../ui/theme.ts";

const CHOICES: readonly (readonly [Theme, string])[] = [
  ["system", "As the system says"],
  ["light", "Light"],
  ["dark", "Dark"],
];
export const ThemeChoice = () => {
  const theme = useTheme();
  return (
    <section className="card settings" aria-labelledby="theme">
      <h2 id="theme">Appearance</h2>
      <fieldset className="choice">
        <legend className="small">In this browser</legend>
        {CHOICES.map(([choice, word]) => (
          <label key={choice}>
            <input type="radio" name="theme" checked={theme === choice} onChange={() => keepTheme(choice)} />
            {word}
          </label>
        ))}
      </fieldset>
    </section>
  );
};
