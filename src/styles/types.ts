// The types of `react-ciba/styles.css`. TypeScript 6 and newer ask for them even where nothing is imported by name.
export {};
