import "./zod-without-eval.ts";
import { createRoot } from "react-dom/client";
import { App } from "./app.tsx";
import { readTheme, showTheme } from "./ui/theme.ts";
import "./style/base.css";
import "./style/frame.css";

showTheme(readTheme());
createRoot(document.getElementById("root")!).render(<App />);
