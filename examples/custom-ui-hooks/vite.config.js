import react from '@vitejs/plugin-react';

export default {
  plugins: [react()],
  // What is served here is what was built, under the strictest policy that an app may have.
  preview: {
    port: Number(process.env.PORT ?? 3000),
    strictPort: true,
    headers: { 'content-security-policy': "default-src 'self'" },
  },
};
