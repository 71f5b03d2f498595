import react from '@vitejs/plugin-react';

export default {
  plugins: [react()],
  // Serves the built app under the strictest Content Security Policy.
  preview: {
    port: Number(process.env.PORT ?? 3000),
    strictPort: true,
    headers: { 'content-security-policy': "default-src 'self'; frame-ancestors 'none'" },
  },
};
