import { useEffect, useId, useRef, useState } from 'react';
import mermaid from 'mermaid';

/** A Mermaid diagram, drawn in the page. */
export function ChartDiagram({ text, label }: { text: string; label: string }) {
  const id = `chart${useId().replaceAll(/[^a-zA-Z0-9]/g, '')}`;
  const host = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState(false);

  useEffect(() => {
    let current = true;
    const dark = document.documentElement.dataset.theme === 'dark';
    mermaid.initialize({
      startOnLoad: false,
      securityLevel: 'strict',
      theme: dark ? 'dark' : 'neutral',
      // The dark theme's own label background is too light for the text, at 4.43:1.
      ...(dark && { themeVariables: { edgeLabelBackground: '#232833' } }),
    });
    void mermaid.render(id, text).then(({ svg }) => {
      if (!current || !host.current) return;
      const picture = new DOMParser().parseFromString(svg, 'text/html').body.firstElementChild;
      host.current.replaceChildren(...(picture ? [picture] : []));
      setDrawn(true);
    });
    return () => {
      current = false;
    };
  }, [id, text]);

  return <div ref={host} role="img" aria-label={label} data-drawn={drawn} />;
}
